import type { BrokerRow } from '../broker.js'
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
  plainListener: (port) =>
    `listen {\n  protocol mqtt\n  inet_protocol ip4\n  inet4_bind_address 127.0.0.1\n  port ${port}\n}\n`,
  reader,
  copy,
  run: { reads: ['flashmq'], variable: 'FLASHMQ_BIN' },
  deviations,
  logLines,
  facts,
  image: {
    image: 'halfgaar/flashmq:1.26.2',
    version: '1.26.2',
    build: 'https://github.com/halfgaar/FlashMQ.git#v1.26.2',
    note: 'FlashMQ: nobody publishes the image, so compose builds it from its source, which takes minutes.',
    mounts: () => '/etc/flashmq/flashmq.conf',
    // There is no other program in the image.
    health: () => ['CMD', '/bin/flashmq', '--test-config'],
  },
} as const satisfies BrokerRow
