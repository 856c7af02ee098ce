import { Html } from './html.js'

/** Shapes on a grid of 24 by 24, drawn with one pen. */
const SHAPES = {
  file: '<path d="M7 3h7l5 5v13H7z"/><path d="M14 3v5h5"/>',
  text: '<path d="M7 3h7l5 5v13H7z"/><path d="M14 3v5h5M10 12h6M10 15h6M10 18h4"/>',
  picture:
    '<rect x="3.5" y="5" width="17" height="14" rx="1.5"/><circle cx="9" cy="10" r="1.6"/><path d="m4 17.5 5-4.5 3.5 3 3-2.5 4.5 4"/>',
  pdf: '<path d="M7 3h7l5 5v13H7z"/><path d="M14 3v5h5M10 18c1.5-1 3.5-4.5 3-7-.6-2-1.5.5-.5 3 .9 2.2 2.5 3 4 2.5 1-1-2.5-1.2-6.5 1.5z"/>',
  sound: '<path d="M9 18V6l10-2v12"/><circle cx="6.5" cy="18" r="2.5"/><circle cx="16.5" cy="16" r="2.5"/>',
  film: '<rect x="3.5" y="5" width="17" height="14" rx="1.5"/><path d="m10.5 9.2 4.8 2.8-4.8 2.800z"/>',
  drawing: '<path d="M12 4 4.5 18.500h15z"/><circle cx="16.5" cy="8" r="3.5"/>',
  code: '<path d="m8.5 8-4.5 4 4.5 4M15.5 8l4.5 4-4.5 4M13.5 5.500l-3 13"/>',
  archive: '<rect x="4" y="4.5" width="16" height="4.5" rx="1"/><path d="M5.5 9v10.500h13V9M10 13h4"/>',
  upload: '<path d="M12 16V5M7.5 9.5 12 5l4.5 4.500M5 19h14"/>',
  download: '<path d="M12 5v11M7.5 11.5 12 16l4.5-4.500M5 19.500h14"/>',
  open: '<path d="M10 5H5v14h14v-5M14 5h5v5M19 5l-8 8"/>',
  link: '<path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.700l1-1"/>',
  lock: '<rect x="5.5" y="11" width="13" height="9" rx="1.5"/><path d="M8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>',
  globe: '<circle cx="12" cy="12" r="8"/><path d="M4 12h16M12 4c-4.5 5-4.5 11 0 16 4.5-5 4.5-11 0-16z"/>',
  shield: '<path d="M12 4 5 6.500V12c0 4 3 6.8 7 8 4-1.2 7-4 7-8V6.500z"/><path d="m9 12 2.2 2.200L15.2 10"/>',
  check: '<path d="m5 12.5 4.5 4.500L19 7.5"/>',
  cross: '<path d="m6.5 6.5 11 11M17.5 6.500l-11 11"/>',
  arrow: '<path d="M5 12h14M13.5 6.5 19 12l-5.5 5.5"/>',
} as const

export type IconName = keyof typeof SHAPES

/** Draws an icon. It says nothing that the words beside it do not say. */
export function icon(name: IconName): Html {
  return new Html(
    `<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${SHAPES[name]}</svg>`,
  )
}
