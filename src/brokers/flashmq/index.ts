import type { Broker } from '../broker.js'
import { readsBoth } from '../support.js'
import { facts } from './facts.js'
import { logLines } from './log-lines.js'
import { reader } from './read.js'
import { write } from './write.js'

export const flashmq = {
  name: 'FlashMQ',
  support: { ...readsBoth, basis: 'documentation', proxySince: '1.1', versions: ['v2'], cnAsUsername: true },
  write,
  reader,
  logLines,
  facts,
} as const satisfies Broker
