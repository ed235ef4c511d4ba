import type { BrokerRow } from '../broker.js'
import { readsBoth } from '../support.js'
import { copy } from './copy.js'
import { deviations } from './deviations.js'
import { facts } from './facts.js'
import { logLines } from './log-lines.js'
import { reader } from './read.js'
import { write } from './write.js'

export const vernemq = {
  name: 'VerneMQ',
  support: {
    ...readsBoth,
    basis: { measuredOn: '2.2.0' },
    proxySince: '0.15.1',
    cnAsUsername: 'not on WebSocket',
    refuses: ({ bind }) =>
      bind.includes(':')
        ? 'VerneMQ 2.2.0 does not start with an IPv6 address in a listener line of vernemq.conf'
        : undefined,
  },
  write,
  plainListener: (port) => `listener.tcp.plain = 127.0.0.1:${port}\n`,
  reader,
  copy,
  run: { reads: ['vernemq'], variable: 'VERNEMQ_BIN' },
  deviations,
  logLines,
  facts,
  service: {
    image: 'vernemq/vernemq:2.1.1',
    env: {
      DOCKER_VERNEMQ_ALLOW_ANONYMOUS: 'on',
      DOCKER_VERNEMQ_LISTENER__TCP__PROXY_PROTOCOL: 'on',
    },
    license: { env: 'DOCKER_VERNEMQ_ACCEPT_EULA', variable: 'VERNEMQ_ACCEPT_EULA', accepted: 'yes' },
    port: 1883,
    health: '/vernemq/bin/vernemq ping',
  },
  image: {
    image: 'vernemq/vernemq:2.1.1',
    version: '2.1.1',
    environment: { DOCKER_VERNEMQ_NODENAME: '127.0.0.1' },
    note: 'VerneMQ: the image starts only when accept_eula = yes stands in vernemq.conf. Read its license, then add the line.',
    // A file of this name takes the place of the one that the image makes from variables.
    mounts: () => '/vernemq/etc/vernemq.conf.local',
    health: () => ['CMD', '/vernemq/bin/vernemq', 'ping'],
  },
} as const satisfies BrokerRow
