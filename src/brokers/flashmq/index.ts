import type { Broker } from '../broker.js'
import { readsBoth } from '../support.js'
import { copy } from './copy.js'
import { deviations } from './deviations.js'
import { facts } from './facts.js'
import { logLines } from './log-lines.js'
import { reader } from './read.js'
import { write } from './write.js'

export const flashmq = {
  name: 'FlashMQ',
  support: { ...readsBoth, basis: 'run', proxySince: '1.1', versions: ['v2'], cnAsUsername: true, socket: true },
  write,
  reader,
  copy,
  run: { reads: ['flashmq'], variable: 'FLASHMQ_BIN' },
  deviations,
  logLines,
  facts,
} as const satisfies Broker
