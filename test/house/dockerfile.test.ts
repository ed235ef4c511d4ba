import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const top = join(import.meta.dirname, '../..')
const text = readFileSync(join(top, 'Dockerfile'), 'utf8')
const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'))
const { dockerfileProblems } = await import(join(top, 'scripts/dockerfile/lint.mjs'))

describe('the Dockerfile', () => {
  it('has nothing to complain about', () => {
    expect(dockerfileProblems(text, version)).toEqual([])
  })

  it.each([
    [/^USER node$/m, 'USER root', /DL3002/],
    [/^USER node\n/m, '', /DL3002/],
    [/^FROM node:22-bookworm-slim$/m, 'FROM node', /DL3006/],
    [/^FROM node:22-bookworm-slim$/m, 'FROM node:latest', /DL3007/],
    [/^WORKDIR \/data$/m, 'WORKDIR data', /DL3000/],
    [/^CMD .*$/m, 'CMD mqtt-proxy --help', /DL3025/],
    [/--from=programs/, '--from=program', /DL3022/],
    [/^COPY \. \.$/m, 'ADD . .', /DL3020/],
    [/^USER node$/m, 'HEALTHCHECK CMD true\nUSER node', /no health/],
    [/ {4}&& mkdir \/out/, '    && apt-get install -y haproxy', /DL3015/],
    [/ {4}&& mkdir \/out/, '    && cat a | tee b', /DL4006/],
    [/image\.version="[^"]*"/, 'image.version="9.9.9"', /label says version 9\.9\.9/],
    [/org\.opencontainers\.image\.licenses="MIT" \\\n\s*/, '', /no label licenses/],
    [/^FROM node:22-bookworm AS build$/m, 'FRMO node:22-bookworm AS build', /begins with no FROM/],
  ])('would be caught with %s as %j', (from, to, message) => {
    const broken = text.replace(from, to)
    expect(broken).not.toBe(text)
    expect(dockerfileProblems(broken, version).join('\n')).toMatch(message)
  })
})
