import type { Broker } from '../broker.js'
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
} as const satisfies Broker
