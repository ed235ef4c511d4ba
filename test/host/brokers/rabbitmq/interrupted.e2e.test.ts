import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeWorkdir } from '../../../../src/host/files/workdir.js'
import { endAll } from '../../../../src/host/process/lifetime.js'
import { findProgram } from '../../../../src/host/process/programs.js'
import { until } from '../../../../src/host/sandbox/lab.js'
import { startMqttProxy } from '../../../cli.js'
import { commandLine, environmentOf, processesIn } from '../../processes.js'

const haproxy = (await findProgram('haproxy')).program
const rabbitmq = (await findProgram('rabbitmq', { chosen: '4' })).program
let temp: string

beforeEach(async () => {
  temp = (await makeWorkdir('test')).path
})
afterEach(endAll)

const runs = (name: string, variable: string) => () =>
  processesIn(temp).some((pid) => commandLine(pid).includes(name) && environmentOf(pid).includes(`\n${variable}`))

/** Where RabbitMQ is on its way when the signal comes; each begins before the one behind it. */
const moments = {
  'its port mapper is up': runs('/epmd', 'ERL_EPMD_PORT='),
  'a first node boots, to be copied': runs('beam.smp', 'RABBITMQ_DIST_PORT='),
  'the node of the check boots': () =>
    existsSync(join(temp, 'cache/warm')) && warmed() && runs('beam.smp', 'RABBITMQ_DIST_PORT=')(),
}

const warmed = () => readdirSync(join(temp, 'cache/warm')).some((name) => /^rabbitmq-\d/.test(name))

it.each(
  Object.entries(moments).flatMap(([when, come]) =>
    (
      [
        ['SIGINT', 130],
        ['SIGTERM', 143],
      ] as const
    ).map(([signal, code]) => ({ when, come, signal, code })),
  ),
)(
  '$signal while $when: exit $code, no process and no folder left',
  { timeout: 300_000 },
  async ({ come, signal, code }) => {
    const env = {
      TMPDIR: temp,
      MQTT_PROXY_CACHE: join(temp, 'cache'),
      HAPROXY_PROGRAM: haproxy,
      RABBITMQ_BIN: rabbitmq,
    }
    const ran = startMqttProxy(['check', 'tcp', '--broker', 'rabbitmq'], { env, cwd: temp })
    expect(await until(come, 200_000)).toBe(true)
    ran.signal(signal)
    const { code: exit, stderr } = await ran.ended
    expect([exit, stderr.includes('MP-BUG')]).toEqual([code, false])
    // What hears of it through a closed pipe ends a moment later.
    expect(await until(() => processesIn(temp).length === 0, 10_000)).toBe(true)
    expect(readdirSync(temp).filter((name) => name.startsWith('mqtt-proxy-'))).toEqual([])
  },
)
