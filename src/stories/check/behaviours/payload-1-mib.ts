import { roundTrip } from '../../../host/net/mqtt-session.js'
import { type Behaviour, type BehaviourOutcome, outcome } from './behaviour.js'
import type { Lab } from './lab.js'
import { manual } from './requirements.js'

export const payload1Mib: Behaviour = {
  id: 'payload-1-mib',
  title: '1 MiB payloads arrive intact at QoS 0, 1 and 2',
  requirement: { text: 'HAProxy hands the MQTT bytes through unchanged, both ways.', ref: `${manual} 4.2, mode tcp` },
  expected: '1048576 bytes arrive as they were sent, three times',
  run,
}

async function run(lab: Lab): Promise<BehaviourOutcome> {
  const subscriber = await lab.session('check-subscriber')
  const publisher = await lab.session('check-publisher')
  const payload = Buffer.alloc(1_048_576, 'mqtt')
  const facts: [boolean, string][] = []
  for (const qos of [0, 1, 2] as const) {
    const trip = await roundTrip(publisher, subscriber, {
      topic: `check/large/${qos}`,
      payload,
      qos,
      timeoutMs: 10_000,
    })
    facts.push([trip.ok, `QoS ${qos}: ${trip.ok ? 'intact' : trip.detail}`])
  }
  return outcome(...facts)
}
