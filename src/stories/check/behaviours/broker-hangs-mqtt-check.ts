import { freeze, serverState, until } from '../../../host/sandbox/lab.js'
import { type Behaviour, type BehaviourOutcome, ms, outcome, refused } from './behaviour.js'
import { both, inBackend, inGlobal, mqttCheck, onServer, quick } from './edits.js'
import type { Lab } from './lab.js'
import { marked } from './requirements.js'

export const brokerHangsMqttCheck: Behaviour = {
  id: 'broker-hangs-mqtt-check',
  title: 'a broker that hangs is seen by an MQTT check, and shutdown-sessions ends its sessions',
  requirement: marked,
  expected: 'DOWN in the log, the old session is closed, new clients are refused at once',
  needsProcess: true,
  haproxy: both(onServer(quick), inBackend('timeout check 300ms', ...mqttCheck), inGlobal('pp2-never-send-local')),
  run,
}

async function run(lab: Lab): Promise<BehaviourOutcome> {
  const held = await lab.hold('check-old')
  const thaw = freeze(lab.broker)
  try {
    const closed = await held.closedWithin(5000)
    const down = await until(() => serverState(lab.haproxy, 'broker1') === 'DOWN', 3000)
    const during = await lab.connect('check-during', 2000)
    return outcome(
      [down, 'HAProxy marked the server DOWN'],
      [closed !== undefined, `the old session was closed ${ms(closed)}`],
      [refused(during), `a client meanwhile: ${during.outcome}`],
    )
  } finally {
    thaw?.()
  }
}
