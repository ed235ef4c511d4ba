import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ownedName, sweep } from '../../../src/host/files/sweep.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'

afterAll(endAll)

/** The number of a process that has been, and is not any more. */
function dead(): number {
  return spawnSync('true').pid
}

describe('sweep', () => {
  it('removes what a killed process left, and nothing else', async () => {
    const parent = (await makeWorkdir('test')).path
    const name = ownedName('check')
    const gone = name.replace(`-${process.pid.toString(36)}-`, `-${dead().toString(36)}-`)
    const keep = [
      `${name}aaaaaa`,
      `${gone.replace(/-[0-9a-f]{4}-$/, '-0000-')}aaaaaa`,
      'mqtt-proxy-check-aaaaaa',
      `${gone}aaaaaa.txt`,
      `other-${gone}aaaaaa`,
    ]
    for (const one of [...keep, `${gone}bbbbbb`]) mkdirSync(join(parent, one, 'certs'), { recursive: true })
    sweep(parent)
    expect(readdirSync(parent).sort()).toEqual(keep.sort())
  })

  it('comes before the first folder of a run', async () => {
    const parent = (await makeWorkdir('test')).path
    const left = join(
      parent,
      `${ownedName('haproxy').replace(`-${process.pid.toString(36)}-`, `-${dead().toString(36)}-`)}cccccc`,
    )
    mkdirSync(left)
    await makeWorkdir('haproxy', parent)
    expect(existsSync(left)).toBe(false)
  })
})
