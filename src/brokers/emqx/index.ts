import type { BrokerRow } from '../broker.js'
import { readsBoth } from '../support.js'
import { copy } from './copy.js'
import { deviations } from './deviations.js'
import { facts } from './facts.js'
import { logLines } from './log-lines.js'
import { reader } from './read.js'
import { write } from './write.js'

export const emqx = {
  name: 'EMQX',
  support: { ...readsBoth, basis: 'documentation', proxySince: '4.0', cnAsUsername: true },
  write,
  plainListener: (port) => `listeners.tcp.plain.bind = "127.0.0.1:${port}"\n`,
  reader,
  copy,
  run: { reads: ['emqx'], variable: 'EMQX_BIN' },
  deviations,
  logLines,
  facts,
  image: {
    image: 'emqx/emqx:5.8',
    mounts: () => '/opt/emqx/etc/emqx.conf',
    health: () => ['CMD', '/opt/emqx/bin/emqx', 'ctl', 'status'],
  },
  service: {
    image: 'emqx/emqx:5.8',
    env: { EMQX_LISTENERS__TCP__DEFAULT__PROXY_PROTOCOL: 'true' },
    port: 1883,
    health: '/opt/emqx/bin/emqx ctl status',
  },
} as const satisfies BrokerRow
