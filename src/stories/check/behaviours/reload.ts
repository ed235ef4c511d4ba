import { until } from '../../../host/sandbox/lab.js'
import { type Behaviour, type BehaviourOutcome, outcome } from './behaviour.js'
import type { Lab } from './lab.js'
import { alive } from './requirements.js'

export const reload: Behaviour = {
  id: 'reload',
  title: 'a reload (master, SIGUSR2) keeps live sessions and loses no QoS 1 message',
  requirement: alive,
  expected: 'the old session answers, new clients come in, every QoS 1 message of the time arrives',
  master: true,
  run,
}

async function run(lab: Lab): Promise<BehaviourOutcome> {
  const held = await lab.hold('check-old')
  const subscriber = await lab.session('check-subscriber')
  const publisher = await lab.session('check-publisher')
  const arrived: string[] = []
  subscriber.client.on('message', (_topic, payload) => arrived.push(payload.toString()))
  await subscriber.client.subscribeAsync('check/reload', { qos: 1 })
  const sent: string[] = []
  let reloaded = false
  const publishing = (async () => {
    for (let n = 0; !reloaded || n < 20; n++) {
      sent.push(String(n))
      await publisher.client.publishAsync('check/reload', String(n), { qos: 1 })
    }
  })()
  await lab.haproxy.reload()
  reloaded = true
  await publishing
  const all = await until(() => new Set(arrived).size === sent.length, 2000)
  const fresh = await lab.connect('check-new')
  return outcome(
    [await held.ping(), 'the old session answers a PINGREQ'],
    [fresh.outcome === 'accepted', `a new client: ${fresh.outcome}`],
    [all, `${new Set(arrived).size} of ${sent.length} QoS 1 messages arrived`],
  )
}
