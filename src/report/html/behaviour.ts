/** The page's own script: filters, opening what a link points to, printing everything. Nothing is fetched. */
export const behaviour = `(() => {
const all = [...document.querySelectorAll('.case')]
const text = document.querySelector('#find')
// Where there is nothing to show, there is nothing to choose from.
if (!text) return
const said = document.querySelector('#said')
const boxes = [...document.querySelectorAll('.filters input[type=checkbox]')]
const words = new Map(all.map((one) => [one, one.textContent.toLowerCase()]))
function filter() {
  const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value))
  const part = text.value.trim().toLowerCase()
  let count = 0
  for (const one of all) {
    one.hidden = !((boxes.length === 0 || wanted.has(one.dataset.status)) && words.get(one).includes(part))
    if (!one.hidden) count++
  }
  for (const group of document.querySelectorAll('.group')) {
    group.hidden = group.querySelector('.case') !== null && !group.querySelector('.case:not([hidden])')
    // What was looked for is shown, also where everything passed.
    const fold = group.querySelector('.fold')
    if (fold && part !== '' && !group.hidden) fold.open = true
  }
  said.textContent = count + ' of ' + all.length + ' shown'
}
for (const box of boxes) box.addEventListener('change', filter)
text.addEventListener('input', filter)
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== text) { event.preventDefault(); text.focus() }
  if (event.key === 'Escape' && document.activeElement === text) { text.value = ''; filter(); text.blur() }
})
document.querySelector('#expand').addEventListener('click', () => {
  const open = all.some((one) => !one.hidden && !one.open)
  if (open) for (const fold of document.querySelectorAll('.fold')) fold.open = true
  for (const one of all) if (!one.hidden) one.open = open
})
function follow() {
  const one = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (one && one.id.startsWith('rule-')) one.open = true
  if (!one || !one.classList.contains('case')) return
  const fold = one.closest('.fold')
  if (fold) fold.open = true
  if (one.hidden) { text.value = ''; for (const box of boxes) box.checked = true; filter() }
  one.open = true
  one.scrollIntoView({ block: 'start' })
  one.querySelector('summary').focus()
}
addEventListener('hashchange', follow)
for (const link of document.querySelectorAll('.tile')) link.addEventListener('click', () => setTimeout(follow))
let before = []
addEventListener('beforeprint', () => { before = [...document.querySelectorAll('details:not([open])')]; for (const one of before) one.open = true })
addEventListener('afterprint', () => { for (const one of before) one.open = false })
filter()
follow()
})()`
