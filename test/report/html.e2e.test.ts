import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderHtml } from '../../src/report/html.js'
import { plain } from '../../src/report/style.js'
import { openBrowser, openPage } from './browser.js'
import { fullResult } from './full-result.js'

let browser: Browser
let folder: string
let url: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-html-'))
  const file = join(folder, 'report.html')
  await writeFile(file, renderHtml(fullResult, { version: '0.0.0', style: plain }))
  url = pathToFileURL(file).href
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

describe('the HTML report in Chromium', () => {
  it('opens without an error and asks for nothing but itself', async () => {
    const { page, errors, requests } = await openPage(browser, url)
    expect(await page.title()).toBe('✖ mqtt-proxy check')
    expect(requests).toEqual([])
    expect(errors).toEqual([])
    await page.close()
  })

  it('may not ask for anything either: its own policy forbids it', async () => {
    const { page, errors } = await openPage(browser, url)
    const refused = page.waitForEvent('console')
    await page.evaluate("document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.1:9/x.png' }))")
    expect((await refused).text()).toContain('Content Security Policy')
    expect(errors).toHaveLength(1)
    await page.close()
  })

  it('shows a failure open, with the guilty line of the configuration marked', async () => {
    const { page } = await openPage(browser, url)
    const failed = page.locator('.case[data-status=failed]')
    expect(await failed.count()).toBe(1)
    expect(await failed.locator('.card').allInnerTexts()).toEqual([
      expect.stringContaining('scenario 7'),
      expect.stringContaining('refused by TLS'),
      expect.stringContaining('CONNACK 0 (accepted)'),
    ])
    expect(await page.locator('mark:visible').textContent()).toContain('verify optional')
    await page.close()
  })

  it('draws the header with every field and the sequence with every event', async () => {
    const { page } = await openPage(browser, url)
    const failed = page.locator('.case[data-status=failed]')
    const fields = await failed.locator('.hdr li b').allInnerTexts()
    expect(fields).toEqual(expect.arrayContaining(['signature', 'source address', 'TLV SSL', 'CN']))
    expect(await failed.locator('.seq .ev').count()).toBe(4)
    await page.close()
  })

  it('filters by status and by words, and says how many are shown', async () => {
    const { page } = await openPage(browser, url)
    await page.getByRole('checkbox', { name: 'passed' }).uncheck()
    expect(await page.locator('.case[data-status=passed]:visible').count()).toBe(0)
    expect(await page.locator('.case[data-status=failed]:visible').count()).toBe(1)
    await page.getByRole('checkbox', { name: 'passed' }).check()
    await page.keyboard.press('/')
    await page.keyboard.type('no-certificate')
    expect(await page.locator('.case:visible').count()).toBe(1)
    expect(await page.locator('#said').textContent()).toBe('1 of 12 shown')
    await page.close()
  })

  it('opens a check from its tile by keyboard, and all of them by the button', async () => {
    const { page } = await openPage(browser, url)
    const tile = page.locator('a.tile.passed').first()
    await tile.focus()
    await page.keyboard.press('Enter')
    const target = page.locator(`${await tile.getAttribute('href')}[open]`)
    await target.waitFor()
    await page.getByRole('button', { name: 'Expand' }).click()
    expect(await page.locator('.case:not([open])').count()).toBe(0)
    await page.close()
  })

  it('prints everything, folded or not', async () => {
    const { page } = await openPage(browser, url)
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(await page.locator('details:not([open])').count()).toBe(0)
    await page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(await page.locator('details:not([open])').count()).toBeGreaterThan(0)
    await page.close()
  })

  it.each(['light', 'dark'] as const)('keeps a contrast of 4.5:1 everywhere (%s)', async (colorScheme) => {
    const { page } = await openPage(browser, url, { colorScheme })
    await page.getByRole('button', { name: 'Expand' }).click()
    expect(await page.evaluate(poorContrast)).toEqual([])
    await page.close()
  })

  it('fits 360 pixels without scrolling sideways', async () => {
    const { page } = await openPage(browser, url, { viewport: { width: 360, height: 700 } })
    await page.getByRole('button', { name: 'Expand' }).click()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    await page.close()
  })

  it('gives the title of a check a line of its own on a narrow screen, and words for its picture', async () => {
    const { page } = await openPage(browser, url, { viewport: { width: 360, height: 700 } })
    const widths = await page.locator('.case .title:visible').evaluateAll((all) => all.map((one) => one.clientWidth))
    expect(Math.min(...widths)).toBeGreaterThan(250)
    expect(await page.locator('.seq svg:visible').count()).toBe(0)
    const steps = await page.locator('.seq .steps li:visible').allTextContents()
    expect(steps).toContainEqual(expect.stringMatching(/^\d.* ms client → HAProxy: /))
    await page.setViewportSize({ width: 1000, height: 700 })
    const [picture] = await page.locator('.seq svg:visible').evaluateAll((all) => all.map((one) => one.clientWidth))
    expect(picture).toBeGreaterThan(500)
    expect(await page.locator('.seq .steps li:visible').count()).toBe(0)
    await page.close()
  })

  it.each([
    ['screen', 1100],
    ['print', 720],
  ] as const)('shows two HAProxys with two brokers side by side (%s)', async (media, width) => {
    const dims = ['2.6.12', '3.2.26'].flatMap((haproxy) =>
      ['embedded 0.1.0', 'mosquitto 2.1.2'].map((broker) => ({ haproxy, broker })),
    )
    const groups = dims.flatMap((one) => fullResult.groups.slice(0, 1).map((group) => ({ ...group, dims: one })))
    const file = join(folder, 'matrix.html')
    await writeFile(file, renderHtml({ ...fullResult, groups }, { version: '0.0.0', style: plain }))
    const { page } = await openPage(browser, pathToFileURL(file).href, { viewport: { width, height: 900 } })
    await page.emulateMedia({ media })
    const [scroll] = await page
      .locator('.scroll')
      .evaluateAll((all) => all.map((one) => [one.scrollWidth, one.clientWidth]))
    expect(scroll?.[0]).toBe(scroll?.[1])
    await page.close()
  })
})

/** Runs in the page: elements with text whose WCAG contrast against the nearest background is below 4.5. */
const poorContrast = `(() => {
  const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return { r, g, b, a } }
  const part = (value) => { value /= 255; return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4 }
  const light = ({ r, g, b }) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
  const below = (one) => { for (; one; one = one.parentElement) { const c = parse(getComputedStyle(one).backgroundColor); if (c.a > 0) return c } return { r: 255, g: 255, b: 255, a: 1 } }
  const poor = []
  for (const one of document.body.querySelectorAll('*')) {
    if (['SCRIPT', 'STYLE', 'svg'].includes(one.tagName) || one.closest('svg') || !one.checkVisibility()) continue
    if (![...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue
    const back = below(one)
    const opacity = Number(getComputedStyle(one).opacity)
    const ink = parse(getComputedStyle(one).color)
    const mix = { r: ink.r * opacity + back.r * (1 - opacity), g: ink.g * opacity + back.g * (1 - opacity), b: ink.b * opacity + back.b * (1 - opacity) }
    const [hi, lo] = [light(mix), light(back)].sort((a, b) => b - a)
    const ratio = (hi + 0.05) / (lo + 0.05)
    if (ratio < 4.5) poor.push(one.className + ' ' + one.textContent.slice(0, 30) + ' ' + ratio.toFixed(2))
  }
  return [...new Set(poor)]
})()`
