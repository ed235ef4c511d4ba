import type { BrokerRow } from '../broker.js'
import { readsBoth } from '../support.js'
import { copy } from './copy.js'
import { deviations } from './deviations.js'
import { facts } from './facts.js'
import { logLines } from './log-lines.js'
import { packaged } from './packaged.js'
import { reader } from './read.js'
import { write } from './write.js'

export const rabbitmq = {
  name: 'RabbitMQ',
  support: { ...readsBoth, basis: 'run', proxySince: '3.7' },
  write,
  reader,
  copy,
  run: { reads: ['rabbitmq'], beside: ['enabled_plugins'], variable: 'RABBITMQ_BIN', packaged, writtenByVersion: true },
  deviations,
  logLines,
  facts,
  image: {
    image: 'rabbitmq:4-alpine',
    version: '4',
    mounts: (name) => `/etc/rabbitmq/${name === 'enabled_plugins' ? name : 'rabbitmq.conf'}`,
    health: () => ['CMD', 'rabbitmq-diagnostics', '-q', 'check_port_connectivity'],
  },
} as const satisfies BrokerRow
