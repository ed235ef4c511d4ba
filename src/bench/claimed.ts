import { isIP } from 'node:net'
import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import type { LoadShard } from './shard.js'

export interface ClaimedSource {
  readonly address: string
  readonly port: number
}

const lowestPort = 1024
const ports = 65_536 - lowestPort
/** More addresses of a network than this are not used. */
const mostHosts = 2 ** 32

/**
 * Sources that clients claim in their PROXY headers: every address of a shard's slice of the network first, then the
 * same with other ports. No two shards claim the same.
 * @param network `10.0.0.0/8`, `2001:db8::/64`, or a single address
 * @throws Fault MP-NETWORK (exit 2) for a network with fewer addresses than shards
 */
export function claimedSources(network: string, shard: LoadShard): (n: number) => ClaimedSource {
  const [address = '', prefix] = network.split('/')
  const six = isIP(address) === 6
  const bits = six ? 128 : 32
  const length = prefix === undefined ? bits : Number(prefix)
  const size = Math.min(2 ** (bits - length), mostHosts)
  // The first and the last address of an IPv4 network are not addresses of hosts.
  const skip = !six && size > 2 ? 1 : 0
  const hosts = size - 2 * skip
  const from = Math.floor((hosts * (shard.index - 1)) / shard.count)
  const own = Math.floor((hosts * shard.index) / shard.count) - from
  if (hosts < shard.count) {
    throw new Fault('MP-NETWORK', `${network} has ${hosts} addresses, too few for ${shard.count} shards`, {
      exit: EXIT.usage,
      hints: ['claim sources of a larger network: --src 198.18.0.0/15'],
    })
  }
  const base = six ? (bigOf(address) >> BigInt(bits - length)) << BigInt(bits - length) : v4Base(address, length)
  return (n) => {
    const host = from + (n % own) + skip
    const port = lowestPort + (Math.floor(n / own) % ports)
    return { address: typeof base === 'bigint' ? v6Text(base + BigInt(host)) : v4Text(base + host), port }
  }
}

function v4Base(address: string, length: number): number {
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const step = 2 ** (32 - length)
  return Math.floor(value / step) * step
}

function v4Text(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
}

function bigOf(address: string): bigint {
  const [head = '', tail] = address.split('::')
  const words = (text: string) => (text === '' ? [] : text.split(':'))
  const [left, right] = [words(head), words(tail ?? '')]
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0')
  return [...left, ...zeros, ...right].reduce((sum, word) => (sum << 16n) + BigInt(`0x${word}`), 0n)
}

function v6Text(value: bigint): string {
  const words = Array.from({ length: 8 }, (_, at) => (value >> BigInt(16 * (7 - at))) & 0xffffn)
  return words.map((word) => word.toString(16)).join(':')
}
