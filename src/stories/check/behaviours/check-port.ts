import type { Behaviour } from './behaviour.js'
import { both, inBackend, mqttCheck, onServer, portForChecks, quick } from './edits.js'
import { health } from './requirements.js'
import { serversUp } from './servers-up.js'

export const checkPort: Behaviour = {
  id: 'check-port',
  title: 'check port N judges another listener: MQTT there, no header, UP',
  requirement: health,
  expected: 'the server stays UP and clients are accepted',
  haproxy: both(onServer(`port ${portForChecks} ${quick}`), inBackend(...mqttCheck)),
  plainListener: portForChecks,
  run: serversUp,
}
