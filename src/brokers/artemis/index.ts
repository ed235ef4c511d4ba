import type { BrokerRow } from '../broker.js'
import { keystoreOnly, readsBoth } from '../support.js'
import { write } from './write.js'

export const artemis = {
  name: 'ActiveMQ Artemis',
  support: { ...readsBoth, basis: 'documentation', proxySince: '2.43', refuses: keystoreOnly('ActiveMQ Artemis') },
  write,
} as const satisfies BrokerRow
