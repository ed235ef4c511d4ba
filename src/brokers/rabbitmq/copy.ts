import { type EntryLine, entry } from '../../config/entries.js'
import { hostOf } from '../../kernel/address.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import type { Copier, CopyTarget } from '../copy.js'
import { certificateLine, changed, leaveEntry, moved, movedPort } from '../copy-lines.js'
import { cuttlefishCopier } from '../cuttlefish-copy.js'
import { keptRabbitmq, rabbitmqReach } from './kept.js'
import { isTerms } from './terms.js'

const copyConf = cuttlefishCopier('rabbitmq.conf', { line: rabbitmqLine, more: silentListeners })

/** The classic format is read for what it means, and has no copy. */
export const copy: Copier = (text, file, reading) =>
  isTerms(text)
    ? { cannot: "RabbitMQ's classic format, which lint reads and check does not run" }
    : copyConf(text, file, reading)

/** The listeners that RabbitMQ opens on all addresses when its file is silent become private ones. */
function silentListeners(lines: readonly EntryLine[], to: CopyTarget): EntryLine[] {
  const keys = lines.flatMap((one) => (one.key === undefined ? [] : [one.key]))
  const has = (pattern: RegExp) => keys.some((key) => pattern.test(key))
  const own: EntryLine[] = []
  const everywhere = (port: number) => to.place({ kind: 'tcp', host: undefined, port })
  if (!has(/^mqtt\.listeners\.tcp(\.|$)/)) {
    const place = everywhere(1883)
    if (place !== undefined) own.push(entry('mqtt.listeners.tcp.default', formatSocketAddress(place)))
  }
  if (has(/^web_mqtt\./)) {
    if (!has(/^web_mqtt\.tcp\.(listener|port)$/)) {
      const place = everywhere(15_675)
      if (place !== undefined) own.push(entry('web_mqtt.tcp.listener', formatSocketAddress(place)))
    } else if (has(/^web_mqtt\.tcp\.port$/) && !has(/^web_mqtt\.tcp\.(ip|listener)$/)) {
      own.push(entry('web_mqtt.tcp.ip', to.host(undefined)))
    }
    if (has(/^web_mqtt\.ssl\.port$/) && !has(/^web_mqtt\.ssl\.(ip|listener)$/)) {
      own.push(entry('web_mqtt.ssl.ip', to.host(undefined)))
    }
  }
  return own
}

function rabbitmqLine(one: EntryLine, key: string, to: CopyTarget): EntryLine[] {
  const value = (one.value ?? '').replace(/^'(.*)'$/s, '$1')
  if (/^listeners\.(tcp|ssl)$/.test(key) && value === 'none') return [one]
  if (/^(mqtt\.listeners\.(tcp|ssl)\.[^.]+|web_mqtt\.(tcp|ssl)\.listener)$/.test(key)) {
    const place = moved(value, to)
    // A port alone means every address.
    return [changed(one, /^\d+$/.test(place) ? `${to.host(undefined)}:${place}` : place)]
  }
  if (/^web_mqtt\.(tcp|ssl)\.port$/.test(key)) return [changed(one, movedPort(value, to))]
  if (/^web_mqtt\.(tcp|ssl)\.ip$/.test(key)) return [changed(one, to.host(hostOf(value)))]
  if (key === 'load_definitions' || key === 'definitions.local.path') {
    return [changed(one, to.data(value, one.span, '{}'))]
  }
  if (key === 'definitions.import_backend' && value === 'local_filesystem') return [one]
  if (/^auth_backends\.\d+(\.authn|\.authz)?$/.test(key) && /^(internal|rabbit_auth_backend_internal)$/.test(value))
    return [one]
  const certified = certificateLine(one, key, to)
  if (certified !== undefined) return [certified]
  if (/(file|path|dir|dir(ectory)?)$/.test(key)) return leaveEntry(one, 'opens a file', to)
  return keptRabbitmq.test(key) ? [one] : leaveEntry(one, rabbitmqReach(key), to)
}
