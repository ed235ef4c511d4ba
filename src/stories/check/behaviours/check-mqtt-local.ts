import type { Behaviour } from './behaviour.js'
import { both, inBackend, mqttCheck, onServer, quick } from './edits.js'
import { serversUp } from './servers-up.js'

export const checkMqttLocal: Behaviour = {
  id: 'check-mqtt-local',
  title: 'an MQTT check through a PROXY listener speaks LOCAL, which the broker has to take',
  requirement: {
    text: 'Receivers accept LOCAL connections and use the real endpoints.',
    ref: 'PROXY protocol 2.2, LOCAL',
  },
  expected: 'the server stays UP and clients are accepted',
  haproxy: both(onServer(quick), inBackend(...mqttCheck)),
  run: serversUp,
}
