import { Flags } from '@oclif/core'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'

const load = 'LOAD'

/** What is done to a target: for `bench`, and for what runs it elsewhere. */
export const loadFlags = {
  measure: Flags.option({ options: ['messages', 'connections'] as const })({
    helpGroup: load,
    description: 'what is counted',
    default: 'messages' as const,
  }),
  rate: Flags.string({
    helpGroup: load,
    char: 'r',
    description: 'so many a second, whatever the target answers; max: as many as come through',
    default: '100',
    helpValue: 'N|max',
  }),
  duration: Flags.string({
    helpGroup: load,
    char: 't',
    description: 'for how long',
    default: '10s',
    helpValue: 'TIME',
  }),
  ramp: Flags.string({
    helpGroup: load,
    description: 'let the rate rise evenly from nothing for so long',
    default: '0s',
    helpValue: 'TIME',
  }),
  publishers: Flags.integer({
    helpGroup: load,
    description: 'clients that publish, in turn',
    default: 1,
    min: 1,
    max: 20_000,
    helpValue: 'N',
  }),
  subscribers: Flags.integer({
    helpGroup: load,
    description: 'clients that subscribe, each to every topic',
    default: 1,
    min: 0,
    max: 20_000,
    helpValue: 'N',
  }),
  topics: Flags.integer({
    helpGroup: load,
    description: 'messages go to so many topics in turn',
    default: 1,
    min: 1,
    max: 10_000,
    helpValue: 'N',
  }),
  split: Flags.boolean({ helpGroup: load, description: 'deal the topics out: each message to one subscriber' }),
  qos: Flags.integer({
    helpGroup: load,
    char: 'q',
    description: 'QoS',
    default: 0,
    min: 0,
    max: 2,
    helpValue: '0|1|2',
  }),
  payload: Flags.integer({
    helpGroup: load,
    description: 'bytes of a message',
    default: 64,
    min: 0,
    max: 262_144,
    helpValue: 'BYTES',
  }),
  src: Flags.string({
    helpGroup: load,
    description: 'network of which headers claim sources, one a connection [default: 198.18.0.0/15]',
    helpValue: 'NETWORK',
  }),
  'fail-on': Flags.string({
    helpGroup: load,
    description: 'figures and limits that fail the run [default: errors>0,lost>0]',
    helpValue: 'LIST',
  }),
} as const

/**
 * `500`, `0.5`, `max`.
 * @throws Fault MP-BENCH (exit 2)
 */
export function parseRate(text: string): number | 'max' {
  if (text === 'max') return 'max'
  const rate = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : 0
  if (rate > 0 && rate <= mostRate) return rate
  throw new Fault('MP-BENCH', `"${text}" is not a rate`, {
    exit: EXIT.usage,
    hints: [`write how many a second, up to ${mostRate}: --rate 500, or --rate max`],
  })
}

/** No generator of one process makes more. */
const mostRate = 200_000
