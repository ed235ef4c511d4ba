import type { BrokerRow } from '../broker.js'
import { readsBoth } from '../support.js'
import { write } from './write.js'

export const rmqtt = {
  name: 'RMQTT',
  support: { ...readsBoth, basis: 'documentation', proxySince: '0.15' },
  write,
} as const satisfies BrokerRow
