import type { Broker } from '../broker.js'
import { keystoreOnly, readsBoth } from '../support.js'
import { logLines } from './log-lines.js'
import { write } from './write.js'

export const hivemq = {
  name: 'HiveMQ Enterprise',
  support: { ...readsBoth, basis: 'documentation', refuses: keystoreOnly('HiveMQ Enterprise') },
  write,
  logLines,
} as const satisfies Broker
