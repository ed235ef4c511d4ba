import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { freePort } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'

/** What the tests of a broker that runs from a release have at hand; folder and port are new for each. */
export interface ReleaseTests {
  /** The stand-in, and the real program whenever the variable names it. */
  readonly programs: readonly { readonly name: string; readonly program: () => string }[]
  readonly standIn: () => string
  /** Where the stand-in's release lies. */
  readonly release: () => string
  readonly folder: () => string
  readonly port: () => number
}

/** @param script makes the release of the stand-in in a folder, and prints its program */
export function releaseTests(name: string, script: string, variable: string): ReleaseTests {
  const real = process.env[variable]
  let release = ''
  let standIn = ''
  let folder = ''
  let port = 0
  beforeAll(async () => {
    release = await mkdtemp(join(tmpdir(), `${name}-stand-in-`))
    standIn = (await promisify(execFile)(process.execPath, [script, release])).stdout.trim()
  })
  afterAll(() => rm(release, { recursive: true, force: true }))
  beforeEach(async () => {
    folder = (await makeWorkdir('test')).path
    port = await freePort()
  })
  afterEach(endAll)
  return {
    programs: [
      { name: 'the stand-in', program: () => standIn },
      ...(real === undefined ? [] : [{ name: real, program: () => real }]),
    ],
    standIn: () => standIn,
    release: () => release,
    folder: () => folder,
    port: () => port,
  }
}
