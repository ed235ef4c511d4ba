import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { type AptTree, openAptTree, type PackageFile } from '../../../src/host/tools/apt-tree.js'

let cache: string
let tree: AptTree

/** A stand-in for apt-get, whose own checks would never let a wrong file through: it brings `came`. */
async function mirrorGives(came: Readonly<Record<string, string>>): Promise<void> {
  const bin = join(cache, 'bin')
  mkdirSync(bin, { recursive: true })
  const lines = Object.entries(came).map(([file, text]) => `printf %s '${text}' > '${file}'`)
  writeFileSync(join(bin, 'apt-get'), ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o700 })
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`)
}

const signed = (name: string, text: string): PackageFile => ({
  name,
  version: '1',
  file: `${name}_1_all.deb`,
  bytes: text.length,
  sha256: createHash('sha256').update(text).digest('hex'),
})

beforeEach(async () => {
  cache = (await makeWorkdir('test')).path
  tree = await openAptTree(cache, 'forky', {
    uri: 'file:///none',
    suites: [],
    keyring: '/none',
    architecture: 'all',
    settings: [],
  })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await endAll()
})

const debs = () => readdirSync(join(cache, 'apt', 'forky', 'debs'))

describe('fetching packages', () => {
  it('keeps what is as the signed list says', async () => {
    await mirrorGives({ 'a_1_all.deb': 'right' })
    const [path = ''] = await tree.fetch([signed('a', 'right')], false)
    expect(readFileSync(path, 'utf8')).toBe('right')
  })

  it.each([
    ['of the right size with other bytes', { 'a_1_all.deb': 'right', 'b_1_all.deb': 'wrong' }],
    ['cut short', { 'a_1_all.deb': 'right', 'b_1_all.deb': 'go' }],
    ['that did not come', { 'a_1_all.deb': 'right' }],
  ])('refuses a file %s, and keeps nothing of it', async (_, came) => {
    await mirrorGives(came)
    await expect(tree.fetch([signed('a', 'right'), signed('b', 'goods')], false)).rejects.toMatchObject({
      code: 'MP-TOOLS-HASH',
      exit: 3,
      message: expect.stringContaining('b_1_all.deb'),
    })
    expect(debs()).toEqual(['a_1_all.deb'])
    expect(readdirSync(join(cache, 'apt', 'forky'))).toEqual(['debs'])
  })
})

describe('the files that apt reads', () => {
  it('are whole at every moment: several programs of one suite are looked for at once', async () => {
    const folder = join(cache, 'apt', 'forky')
    writeFileSync(join(folder, 'updated'), '')
    await tree.ready()
    const read = () => ['sources.list', 'apt.conf'].map((file) => readFileSync(join(folder, file), 'utf8'))
    const whole = read()
    const others: string[][] = []
    let over = false
    const look = () => {
      const now = read()
      if (now.join() !== whole.join()) others.push(now)
      if (!over) setImmediate(look)
    }
    look()
    for (let round = 0; round < 50; round++) await tree.ready()
    over = true
    expect(whole.every((text) => text.includes('file:///none') || text.includes('Dir::State'))).toBe(true)
    expect(others).toEqual([])
  })
})
