import type { BrokerRow } from '../broker.js'
import { mosquitto } from '../mosquitto/index.js'
import { write } from '../mosquitto/write.js'

/** Our own broker, which runs by a mosquitto.conf or a vernemq.conf. */
export const embedded = {
  name: 'the embedded broker',
  support: {
    basis: 'run',
    versions: ['v1', 'v2'],
    cnAsUsername: true,
    requiresTls: true,
    requiresCertificate: true,
    socket: true,
  },
  write,
  plainListener: mosquitto.plainListener,
  run: { reads: ['mosquitto', 'vernemq'] },
} as const satisfies BrokerRow
