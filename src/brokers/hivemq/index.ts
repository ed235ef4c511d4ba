import type { BrokerRow } from '../broker.js'
import { keystoreOnly, readsBoth } from '../support.js'
import { logLines } from './log-lines.js'
import { write } from './write.js'

export const hivemq = {
  name: 'HiveMQ Enterprise',
  support: { ...readsBoth, basis: 'documentation', refuses: keystoreOnly('HiveMQ Enterprise') },
  write,
  logLines,
  image: {
    image: 'hivemq/hivemq4:latest',
    environment: { HIVEMQ_ALLOW_ALL_CLIENTS: 'true' },
    mounts: () => '/opt/hivemq/conf/config.xml',
    health: (port) => ['CMD', 'bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`],
  },
} as const satisfies BrokerRow
