import type { BrokerRow } from '../broker.js'
import { hivemqXml } from '../hivemq/write.js'
import { keystoreOnly, readsBoth } from '../support.js'

export const hivemqCe = {
  name: 'HiveMQ Community Edition',
  support: {
    ...readsBoth,
    basis: 'documentation',
    proxySince: false,
    refuses: keystoreOnly('HiveMQ Community Edition'),
  },
  write: (wanted) => [hivemqXml(wanted, 'hivemq-ce', [])],
  image: {
    image: 'hivemq/hivemq-ce:2025.5',
    environment: { HIVEMQ_ALLOW_ALL_CLIENTS: 'true' },
    mounts: () => '/opt/hivemq/conf/config.xml',
    health: (port) => ['CMD', 'bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`],
  },
} as const satisfies BrokerRow
