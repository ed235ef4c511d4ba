import type { Behaviour } from './behaviour.js'
import { both, inBackend, inGlobal, mqttCheck, onServer, quick } from './edits.js'
import { health } from './requirements.js'
import { serversUp } from './servers-up.js'

export const checkMqttNeverLocal: Behaviour = {
  id: 'check-mqtt-never-local',
  title: 'with pp2-never-send-local an MQTT check is taken for a client of its own',
  requirement: health,
  expected: 'the server stays UP and clients are accepted',
  haproxy: both(onServer(quick), inBackend(...mqttCheck), inGlobal('pp2-never-send-local')),
  run: serversUp,
}
