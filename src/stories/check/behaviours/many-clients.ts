import type { Sight } from '../../../host/types.js'
import { isSeenAt } from '../../../kernel/observed.js'
import { type Behaviour, type BehaviourOutcome, outcome } from './behaviour.js'
import type { Lab } from './lab.js'

export const manyClients: Behaviour = {
  id: 'many-clients',
  title: '300 clients at once are accepted, each with its own address and port',
  requirement: { text: 'Headers and connections are never mixed up.', ref: 'PROXY protocol 2' },
  expected: '300 CONNACKs, and the broker saw 300 different clients, each where it was',
  run,
}

async function run(lab: Lab): Promise<BehaviourOutcome> {
  const count = 300
  const ids = Array.from({ length: count }, (_, n) => `check-many-${n}`)
  const seen = await Promise.all(
    ids.map(async (id) => {
      let sight: Sight | undefined
      const { outcome: how, local } = await lab.connect(id, undefined, async () => {
        sight = await lab.broker.saw(id, 3000)
      })
      return { how, sight, local }
    }),
  )
  const accepted = seen.filter((one) => one.how === 'accepted')
  const found = accepted.filter(({ sight }) => sight !== undefined)
  const right = found.filter(({ sight, local }) => sight !== undefined && isSeenAt(sight, local ?? '')).length
  const different = new Set(seen.map((one) => one.local)).size
  const judged = outcome(
    [accepted.length === count, `${accepted.length} of ${count} CONNACKs`],
    [right === found.length && different === count, `${right} clients were seen where they are`],
  )
  if (!judged.ok || found.length === count) return judged
  // RabbitMQ's logger leaves out lines of a burst.
  const unclear = `${count - found.length} accepted clients do not stand in the broker's log, so where it saw them is not known`
  return { ...judged, unclear }
}
