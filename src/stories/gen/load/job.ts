import { isLoopback } from '../../../kernel/address.js'
import { Fault } from '../../../kernel/errors.js'
import { EXIT } from '../../../kernel/exit.js'
import { shellWord } from '../../../kernel/shell-word.js'
import { formatTarget, parseTarget } from '../../../kernel/target.js'
import type { ProxyKind } from '../../header/spec.js'

/** Flags of `bench` as they were given; absent: as `bench` has them. */
interface LoadFlagValues {
  readonly measure: 'messages' | 'connections'
  readonly rate: string
  readonly duration: string
  readonly ramp: string
  readonly publishers: number
  readonly subscribers: number
  readonly topics: number
  readonly split: boolean
  readonly qos: number
  readonly payload: number
  readonly src: string | undefined
  readonly failOn: string | undefined
  readonly header: ProxyKind
}

/** A load that other machines run. */
export interface LoadJob {
  /** `mqtt://broker.example:1883`. */
  readonly target: string
  readonly load: LoadFlagValues
  readonly shards: number
  readonly mayTest: boolean
  readonly image: string
}

/** Shards begin together at a whole multiple of this: long enough for slow machines to be ready. */
const align = '60s'

/**
 * The command of one shard, as a shell reads it.
 * @param shard what the shell or the engine puts there: `$((JOB_COMPLETION_INDEX + 1))`
 */
export function shardCommand({ target, load, shards, mayTest }: LoadJob, shard: string, more: string): string {
  const words = [
    'npx --yes mqtt-proxy bench',
    shellWord(target),
    ...loadWords(load),
    `--shard "${shard}/${shards}"`,
    `--align ${align}`,
    ...(mayTest ? ['--yes-i-may-test-this-host'] : []),
    more,
  ]
  return words.join(' ')
}

const usual = { ramp: '0s', publishers: 1, subscribers: 1, topics: 1, qos: 0, payload: 64 } as const

function loadWords(load: LoadFlagValues): string[] {
  const named = Object.entries(usual).flatMap(([name, value]) => {
    const given = load[name as keyof typeof usual]
    return given === value ? [] : [`--${name} ${shellWord(String(given))}`]
  })
  return [
    ...(load.measure === 'messages' ? [] : [`--measure ${load.measure}`]),
    `--rate ${shellWord(load.rate)}`,
    `-t ${shellWord(load.duration)}`,
    ...named,
    ...(load.split ? ['--split'] : []),
    ...(load.header === 'none' ? [] : [`--proxy-protocol ${load.header}`]),
    ...(load.src === undefined ? [] : [`--src ${shellWord(load.src)}`]),
    ...(load.failOn === undefined ? [] : [`--fail-on ${shellWord(load.failOn)}`]),
  ]
}

/**
 * The target in full; off loopback only with leave.
 * @throws Fault MP-TARGET, MP-NOT-YOURS (exit 2)
 */
export function targetFor(text: string, mayTest: boolean): string {
  const target = parseTarget(text)
  if (mayTest || isLoopback(target.host)) return formatTarget(target)
  throw new Fault('MP-NOT-YOURS', `${target.host} is not this machine, and this is load`, {
    exit: EXIT.usage,
    hints: ['if you may put load on that host: --yes-i-may-test-this-host'],
  })
}
