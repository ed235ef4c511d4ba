import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { casesOf, check } from './request.js'
import { setTrap, type Trap } from './trap.js'

let trap: Trap

beforeEach(async () => {
  trap = await setTrap()
})
afterEach(() => trap.close())

const own = () => ({
  haproxyConfigs: [join(trap.dir, 'haproxy.cfg')],
  brokerConfigs: [join(trap.dir, 'mosquitto.conf')],
})

test.each(['mosquitto', 'embedded'] as const)(
  'a pair that names everything is checked on %s, and nothing is touched',
  async (kind) => {
    const before = await trap.contents()
    const run = await check({ ...own(), brokers: [{ kind, program: undefined }] })
    expect(casesOf(run, 'failed').map((one) => `${one.id}: ${one.actual}`)).toEqual([])
    expect(run.result.stats.passed).toBeGreaterThan(5)
    expect(await trap.contents()).toEqual(before)
    expect(trap.visits).toEqual([])
    const told = run.result.groups.flatMap((group) => group.leftOut ?? []).map((one) => one.message)
    for (const word of [
      'lua-load',
      'external-check',
      'program helper',
      'plugin ',
      'connection far',
      'persistence_location',
    ]) {
      expect(told.some((text) => text.includes(word))).toBe(true)
    }
  },
)

test('the trap bites: code that may run leaves its traces', async () => {
  const cfg = join(trap.dir, 'haproxy.cfg')
  const text = await readFile(cfg, 'utf8')
  await writeFile(
    cfg,
    text.replace(/^program helper\n.*\n/m, '').replace(/^ +(option external-check|external-check command.*)\n/gm, ''),
  )
  const { where } = { where: { root: undefined, maps: [] } }
  await writeFile(
    join(trap.dir, 'mosquitto.conf'),
    'listener 1884 127.0.0.1\nenable_proxy_protocol 2\nallow_anonymous true\n',
  )
  await check({ ...own(), reading: { allowExec: true, where } })
  expect((await trap.contents())['/data/lua']).toBe('ran')
})
