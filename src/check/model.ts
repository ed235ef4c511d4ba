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
