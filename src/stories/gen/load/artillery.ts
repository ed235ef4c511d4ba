import { Fault } from '../../../kernel/errors.js'
import { EXIT } from '../../../kernel/exit.js'
import type { LoadJob } from './job.js'

/** What artillery looks for when a script names the engine `mqtt-proxy`. */
const enginePackage = 'artillery-engine-mqtt-proxy'

/** A script, and the package by which artillery finds the engine that `mqtt-proxy/artillery` is. */
export function artilleryFiles(job: LoadJob): readonly { readonly name: string; readonly value: unknown }[] {
  return [
    { name: 'load.yml', value: artilleryScript(job) },
    {
      name: `${enginePackage}/package.json`,
      value: { name: enginePackage, version: '1.0.0', private: true, main: 'index.js' },
    },
    { name: `${enginePackage}/index.js`, value: "module.exports = require('mqtt-proxy/artillery').Engine\n" },
  ]
}

/** @throws Fault MP-GEN-OPTION (exit 2) for a load that users of artillery cannot make */
function artilleryScript({ target, load, shards }: LoadJob): unknown {
  if (load.rate === 'max' || load.subscribers > 1 || load.topics > 1 || load.split || shards > 1) {
    throw cannot(
      'users of artillery each publish to a topic of their own, at a rate, and artillery deals them out itself',
      ['leave --rate max, --topics, --split, --subscribers above 1 and --shards to bench'],
    )
  }
  if (load.failOn !== undefined) throw cannot('artillery has thresholds of its own', ['write them into load.yml'])
  const seconds = secondsOf(load.duration)
  const rate = Number(load.rate)
  const connections = load.measure === 'connections'
  const phases = connections
    ? connectionPhases(rate, seconds, secondsOf(load.ramp))
    : [{ name: 'publish', duration: 1, arrivalCount: load.publishers }]
  const publish = {
    topic: 'load/{{ $uuid }}',
    qos: load.qos,
    payload: load.payload,
    rate: rate / load.publishers,
    seconds,
    echo: load.subscribers === 1,
  }
  return {
    config: {
      target,
      engines: {
        'mqtt-proxy': {
          ...(load.header !== 'none' && { proxyProtocol: load.header }),
          ...(load.src !== undefined && { src: load.src }),
        },
      },
      phases,
    },
    scenarios: [
      {
        name: load.measure,
        engine: 'mqtt-proxy',
        flow: connections ? [{ connect: {} }] : [{ publish }],
      },
    ],
  }
}

function connectionPhases(rate: number, seconds: number, ramp: number): unknown[] {
  const rising = ramp > 0 ? [{ name: 'ramp', duration: ramp, arrivalRate: 0, rampTo: rate }] : []
  return seconds > ramp ? [...rising, { name: 'connect', duration: seconds - ramp, arrivalRate: rate }] : rising
}

/** Whole seconds, as artillery counts. */
function secondsOf(text: string): number {
  const [, digits, unit = 's'] = /^(\d+)(s|m)?$/.exec(text) ?? []
  if (digits !== undefined) return Number(digits) * (unit === 'm' ? 60 : 1)
  throw cannot(`artillery counts whole seconds, and ${text} are none`, ['write -t 10s or -t 2m'])
}

function cannot(message: string, hints: readonly string[]): Fault {
  return new Fault('MP-GEN-OPTION', message, { exit: EXIT.usage, hints })
}
