import { malformed } from '../../mqtt-wire/packet-reader.js'
import type { Connection } from '../connection.js'
import { type SplitFilter, splitFilter } from '../topics/filters.js'

/** The filter under the listener's mount point. */
export function mounted(connection: Connection, split: SplitFilter): SplitFilter {
  const { mountPoint } = connection.listener
  if (mountPoint === '') return split
  const plain = split.levels[0] === '' ? split.levels.slice(1) : split.levels
  return splitFilter(mountPoint + plain.join('/')) ?? split
}

/** The topic under the listener's mount point, which may not make it longer than a topic can be (1.5.4). */
export function mountedTopic(connection: Connection, name: string): string {
  const { mountPoint } = connection.listener
  if (mountPoint === '') return name
  const topic = mountPoint + name
  if (Buffer.byteLength(topic) > 65535) throw malformed('a topic that is too long under the mount point')
  return topic
}
