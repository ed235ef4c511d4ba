import { expect, it } from 'vitest'
import { faultsOf, schemaCommands, shipped } from '../schemas.js'
import { fullResult } from './full-result.js'

const ran = {
  at: '2026-11-27T03:00:00.000Z',
  host: 'ci-7',
  os: 'Linux 6.1.0 x64',
  command: 'mqtt-proxy check',
  version: '0.1.0',
  node: 'v20.20.2',
}

it('a result with everything in it is what the schema of check says, and of merge-reports', () => {
  expect(faultsOf('check', { ...fullResult, run: ran })).toEqual([])
  expect(faultsOf('merge-reports', { ...fullResult, runs: [ran] })).toEqual([])
})

it('finds what is missing, of another type, or not described', () => {
  const { stats: _, ...without } = fullResult
  expect(faultsOf('check', without).join('\n')).toContain('stats')
  expect(faultsOf('check', { ...fullResult, env: { node: 20 } })).not.toEqual([])
  expect(faultsOf('check', { ...fullResult, colour: 'red' })).not.toEqual([])
})

it.each(schemaCommands)('%s: says what it is of, and takes an error document', (command) => {
  const error = { code: 'MP-USAGE', message: 'no', hints: [] }
  expect(shipped(command)).toMatchObject({ title: `mqtt-proxy ${command} --json`, description: expect.any(String) })
  expect(faultsOf(command, { schema: 1, ok: false, error, run: ran })).toEqual([])
  expect(faultsOf(command, { schema: 2, ok: false, error })).not.toEqual([])
  expect(faultsOf(command, { anything: true })).not.toEqual([])
})
