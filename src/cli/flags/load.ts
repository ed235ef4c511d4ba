import { Flags } from '@oclif/core'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'

const load = 'LOAD'

/** What is done to a target: for `bench`, and for what runs it elsewhere. */
export const loadFlags = {
  measure: Flags.option({ options: ['messages', 'connections'] as const })({
    helpGroup: load,
    description: 'what to count',
    default: 'messages' as const,
  }),
  rate: Flags.string({
    helpGroup: load,
    char: 'r',
    description: 'starts per second, also when the target is slow; max: as many as the target takes',
    default: '100',
    helpValue: 'N|max',
  }),
  duration: Flags.string({
    helpGroup: load,
    char: 't',
    description: 'how long the load lasts',
    default: '10s',
    helpValue: 'TIME',
  }),
  ramp: Flags.string({
    helpGroup: load,
    description: 'raise the rate evenly from 0 during this time',
    default: '0s',
    helpValue: 'TIME',
  }),
  publishers: Flags.integer({
    helpGroup: load,
    description: 'number of clients that publish, in turn',
    default: 1,
    min: 1,
    max: 20_000,
    helpValue: 'N',
  }),
  subscribers: Flags.integer({
    helpGroup: load,
    description: 'number of clients that subscribe, each to all topics',
    default: 1,
    min: 0,
    max: 20_000,
    helpValue: 'N',
  }),
  topics: Flags.integer({
    helpGroup: load,
    description: 'number of topics that messages go to, in turn',
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
    description: 'message size in bytes',
    default: 64,
    min: 0,
    max: 262_144,
    helpValue: 'BYTES',
  }),
  src: Flags.string({
    helpGroup: load,
    description: 'network that headers claim sources from, one per connection [default: 198.18.0.0/15]',
    helpValue: 'NETWORK',
  }),
  'fail-on': Flags.string({
    helpGroup: load,
    description: 'figures and limits; exit 1 when one is crossed [default: errors>0,lost>0]',
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
