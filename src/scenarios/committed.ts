import { brokerOf, runnableKinds } from '../brokers/index.js'
import { derive } from './derive.js'
import { settle } from './options.js'
import { whyImpossible } from './possible.js'
import { scenarios } from './table.js'

/** Brokers whose files are committed under `haproxy-configs/`, where they can do the scenario. */
const brokers = runnableKinds.filter((kind) => {
  const { run, support } = brokerOf(kind)
  return run?.reads[0] === kind && support.basis !== 'documentation'
})

/** Every file of `haproxy-configs/`, by its path below that folder: the defaults of every scenario. */
export function committedFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const scenario of scenarios) {
    const usual = settle(scenario)
    const able = brokers.filter((broker) => whyImpossible(scenario, { ...usual, broker }) === undefined)
    for (const derived of able.map((broker) => derive(scenario, { broker }))) {
      const all = [...derived.haproxy, ...derived.brokers.flatMap((broker) => broker.files)]
      for (const { name, text } of all) files.set(`${scenario.id}/${name}`, text)
    }
  }
  return files
}
