import type { BrokerRow } from '../broker.js'
import { readsBoth } from '../support.js'
import { write } from './write.js'

export const tbmq = {
  name: 'TBMQ',
  support: { ...readsBoth, basis: 'documentation', proxySince: '2.1' },
  write,
} as const satisfies BrokerRow
