import type { BrokerRow } from '../broker.js'
import { copy } from './copy.js'
import { deviations } from './deviations.js'
import { facts } from './facts.js'
import { logLines } from './log-lines.js'
import { packaged } from './packaged.js'
import { reader } from './read.js'
import { write } from './write.js'

export const mosquitto = {
  name: 'Mosquitto',
  support: {
    basis: 'run',
    proxySince: '2.1',
    versions: ['v1', 'v2'],
    cnAsUsername: true,
    requiresTls: true,
    requiresCertificate: true,
    socket: true,
  },
  write,
  plainListener: (port) => `listener ${port} 127.0.0.1\n`,
  reader,
  copy,
  run: { reads: ['mosquitto'], test: { code: 'MO' }, variable: 'MOSQUITTO_BIN', packaged },
  deviations,
  logLines,
  facts,
  image: {
    image: 'eclipse-mosquitto:2.1-alpine',
    mounts: () => '/mosquitto/config/mosquitto.conf',
    health: (port) => ['CMD', 'nc', '-z', '127.0.0.1', String(port)],
  },
} as const satisfies BrokerRow
