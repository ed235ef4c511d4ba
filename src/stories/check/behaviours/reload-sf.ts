import { successor, until } from '../../../host/sandbox/lab.js'
import { type Behaviour, type BehaviourOutcome, outcome } from './behaviour.js'
import type { Lab } from './lab.js'
import { alive, manual } from './requirements.js'

export const reloadSf: Behaviour = {
  id: 'reload-sf',
  title: 'a new HAProxy with -sf takes over and leaves live sessions to the old one',
  requirement: { ...alive, ref: `${manual}, management guide 4, -sf` },
  expected: 'the old session answers, new clients come in, the old process ends after its last client',
  run,
}

async function run(lab: Lab): Promise<BehaviourOutcome> {
  const held = await lab.hold('check-old')
  const files = lab.plan.haproxy[0]?.files.map((file) => file.name) ?? []
  const next = await successor(lab.plan.program, lab.plan.folder, files, lab.haproxy)
  try {
    const took = await until(async () => (await lab.connect('check-new', 1000)).outcome === 'accepted', 5000)
    const answers = await held.ping()
    held.drop()
    const ended = await until(() => !lab.haproxy.alive(), 3000)
    const after = await lab.connect('check-after')
    return outcome(
      [took && next.alive(), 'new clients are accepted'],
      [answers, 'the old session answers a PINGREQ'],
      [ended, 'the old process ends after its last client'],
      [after.outcome === 'accepted', `after that a new client: ${after.outcome}`],
    )
  } finally {
    await next.stop()
  }
}
