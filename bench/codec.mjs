/**
 * Speed of the PROXY header codec: beside the JavaScript peers and a minimal hand-written loop that makes the same
 * strings, in one process and one run. Run it alone with `node bench/codec.mjs`, or import `run`.
 */
import { createRequire } from 'node:module'
import { decode, encode } from '../dist/proxy-header/index.js'
import { handDecodeV1, handDecodeV2, handEncodeV1, handEncodeV2 } from './codec-hand.mjs'
import { main } from './outcome.mjs'

const require = createRequire(import.meta.url)
const balena = require('@balena/proxy-protocol-parser')
const ppjs = require('proxy-protocol-js')

/** Different inputs in turn, so that no engine can specialise on one. */
const inputs = Array.from({ length: 64 }, (_, i) => ({
  source: { address: `203.0.${i}.${255 - i}`, port: 1024 + i * 997 },
  destination: { address: `10.${i}.2.${i + 3}`, port: i % 2 ? 1883 : 8883 },
  ssl: { version: 'TLSv1.3', cn: `sensor-${1000 + i}` },
}))

const v1 = inputs.map(({ source, destination }) => encode({ version: 1, source, destination }))
const v2 = inputs.map(({ source, destination }) => encode({ version: 2, source, destination }))
const v2ssl = inputs.map((input) => encode({ version: 2, ...input }))
const text = v1.map((line) => Buffer.from(line).toString('latin1'))
const details = inputs.map(({ source, destination }) => ({
  remoteFamily: 'IPv4',
  protocol: 'tcp',
  remoteAddress: source.address,
  remotePort: source.port,
  localAddress: destination.address,
  localPort: destination.port,
}))

const all = (header) => {
  const { source, destination, ssl } = header
  return (
    source.address.length + destination.address.length + source.port + (ssl ? ssl.version.length + ssl.cn.length : 0)
  )
}
const pp2 = (data) => (input) =>
  new ppjs.V2ProxyProtocol(
    ppjs.Command.PROXY,
    ppjs.TransportProtocol.STREAM,
    new ppjs.IPv4ProxyAddress(
      ppjs.IPv4Address.createFrom(input.source.address.split('.').map(Number)),
      input.source.port,
      ppjs.IPv4Address.createFrom(input.destination.address.split('.').map(Number)),
      input.destination.port,
    ),
    data,
  ).build()
const pp1 = (input) =>
  Buffer.from(
    new ppjs.V1ProxyProtocol(
      ppjs.INETProtocol.TCP4,
      new ppjs.Peer(input.source.address, input.source.port),
      new ppjs.Peer(input.destination.address, input.destination.port),
    ).build(),
    'latin1',
  )

/** Rows: what is measured, over which inputs, and who takes part; `loop` is the hand-written one. */
const rows = [
  {
    name: 'decode v1 TCP4',
    over: v1,
    ours: (bytes) => decode(bytes),
    read: (bytes) => all(decode(bytes).header),
    loop: handDecodeV1,
    peers: {
      'proxy-protocol-js': [v1, (bytes) => ppjs.V1ProxyProtocol.parse(Buffer.from(bytes).toString('latin1'))],
      'proxy-protocol-js, from a string': [text, (line) => ppjs.V1ProxyProtocol.parse(line)],
      balena: [v1, (bytes) => balena.decode(bytes)],
    },
  },
  {
    name: 'decode v2',
    over: v2,
    ours: (bytes) => decode(bytes),
    read: (bytes) => all(decode(bytes).header),
    loop: handDecodeV2,
    peers: {
      'proxy-protocol-js': [v2, (bytes) => ppjs.V2ProxyProtocol.parse(bytes)],
      balena: [v2, (bytes) => balena.decode(bytes)],
    },
  },
  {
    name: 'decode v2 + SSL + CN',
    over: v2ssl,
    ours: (bytes) => decode(bytes),
    read: (bytes) => all(decode(bytes).header),
    loop: handDecodeV2,
    peers: {
      'proxy-protocol-js (no TLVs)': [v2ssl, (bytes) => ppjs.V2ProxyProtocol.parse(bytes)],
      'balena (no TLVs)': [v2ssl, (bytes) => balena.decode(bytes)],
    },
  },
  {
    name: 'encode v1 TCP4',
    over: inputs.map(({ source, destination }) => ({ version: 1, source, destination })),
    ours: encode,
    loop: handEncodeV1,
    peers: {
      'proxy-protocol-js': [inputs, pp1],
      balena: [details, (one) => balena.v1_encode(one)],
    },
  },
  {
    name: 'encode v2',
    over: inputs.map(({ source, destination }) => ({ version: 2, source, destination })),
    ours: encode,
    loop: handEncodeV2,
    peers: {
      'proxy-protocol-js': [inputs, pp2(undefined)],
      balena: [details, (one) => balena.v2_encode(one)],
    },
  },
  {
    name: 'encode v2 + SSL + CN',
    over: inputs.map((input) => ({ version: 2, ...input })),
    ours: encode,
    loop: handEncodeV2,
    peers: { 'proxy-protocol-js (bytes given)': [inputs, pp2(v2ssl[0].subarray(28))] },
  },
]

let sink = 0

/** Calls a second in millions over `ms` milliseconds. */
function rate(call, over, ms) {
  let calls = 0
  const start = process.hrtime.bigint()
  const end = start + BigInt(ms * 1e6)
  let now = start
  while (now < end) {
    for (let i = 0; i < 1024; i++) if (call(over[i & 63])) sink++
    calls += 1024
    now = process.hrtime.bigint()
  }
  return calls / (Number(now - start) / 1e3)
}

/**
 * Measures every row: all contenders in turn, `rounds` times, the best of each, so that a busy machine slows all alike.
 * `ratioToLoop` and `ratioToPeer` are ours over theirs, in the same run.
 * @returns {{name: string, ours: number, read?: number, loop: number, peer: string, peerRate: number, ratioToLoop: number, ratioToPeer: number}[]}
 */
export function run({ rounds = 9, ms = 30 } = {}) {
  return rows.map(({ name, over, ours, read, loop, peers }) => {
    const contenders = [
      { call: ours, over, best: 0 },
      { call: loop, over, best: 0 },
      ...(read ? [{ call: read, over, best: 0 }] : []),
    ]
    const others = Object.entries(peers).map(([peer, [over, call]]) => ({ peer, call, over, best: 0 }))
    for (const one of [...contenders, ...others]) rate(one.call, one.over, 2 * ms)
    for (let round = 0; round < rounds; round++) {
      for (const one of [...contenders, ...others]) one.best = Math.max(one.best, rate(one.call, one.over, ms))
    }
    const [oursRate, loopRate, readRate] = contenders.map(({ best }) => best)
    const fastest = others.reduce((a, b) => (b.best > a.best ? b : a))
    return {
      name,
      ours: oursRate,
      ...(readRate && { read: readRate, readRatioToLoop: readRate / loopRate }),
      loop: loopRate,
      peers: others.map(({ peer, best }) => ({ peer, rate: best })),
      peer: fastest.peer,
      peerRate: fastest.best,
      ratioToLoop: oursRate / loopRate,
      ratioToPeer: oursRate / fastest.best,
    }
  })
}

/** The rows as lines of text. */
export function format(results) {
  const number = (value) => value.toFixed(value < 10 ? 2 : 1).padStart(6)
  const head =
    'million a second       ours   loop   ours/loop   fastest peer                            ours/peer   all texts read'
  return [
    head,
    ...results.map((row) => {
      const peer = `${number(row.peerRate)} ${row.peer}`.padEnd(40)
      const read = row.read ? `${number(row.read)} (${row.readRatioToLoop.toFixed(2)} of the loop)` : ''
      return `${row.name.padEnd(21)}${number(row.ours)} ${number(row.loop)}   ${row.ratioToLoop.toFixed(2).padStart(6)}     ${peer} ${row.ratioToPeer.toFixed(2).padStart(6)}     ${read}`.trimEnd()
    }),
  ].join('\n')
}

/** Every row: faster than every peer, and at least half of the loop. */
export function judge(results) {
  // What was made has to be used, or the engine may leave it out.
  if (sink === 0) throw new Error('nothing was measured')
  return {
    targets: results.map(({ name, ratioToLoop, ratioToPeer }) => ({
      id: name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
      title: `${name}: faster than every peer, and at least half of a hand-written loop`,
      ok: ratioToLoop >= 0.5 && ratioToPeer > 1,
      expected: 'more than 1 time the fastest peer, at least 0.5 of the loop',
      actual: `${ratioToPeer.toFixed(2)} times the fastest peer, ${ratioToLoop.toFixed(2)} of the loop`,
    })),
  }
}

await main(import.meta.url, { name: 'codec', title: 'Speed of the PROXY header codec', run, format, judge })
