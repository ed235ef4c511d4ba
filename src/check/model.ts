import type { Unread } from '../config/unread.js'
import { type PathModel, readPaths } from '../path/index.js'
import type { Pair } from './pair.js'

const models = new WeakMap<Pair, PathModel>()

/** The paths through the files of a pair, read once. */
export function modelOf(pair: Pair): PathModel {
  const known = models.get(pair)
  if (known !== undefined) return known
  const model = readPaths({
    haproxies: pair.haproxy.map((one) => one.view),
    brokers: pair.brokers.map((one) => one.meaning),
  })
  models.set(pair, model)
  return model
}

/** What belongs to the files and was not read or not judged, each once. */
export function unreadOf(pair: Pair): readonly Unread[] {
  const all = [...modelOf(pair).unread, ...pair.brokers.flatMap((one) => one.meaning.unread)]
  return [...new Map(all.map((one) => [`${one.span.file}:${one.span.line} ${one.name}`, one])).values()]
}
