import { alteredLink, expiredLink, signedLinks } from '../views/signed.js'
import type { Link, Section, Visit } from './section.js'

/** Links that expire. */
export const SIGNED: Section = {
  id: 'signed',
  title: 'Signed links',
  text: 'A link opens one file for a while, for whoever has it: in a mail, in an app, on a page of another site. All that is refused is refused alike, so that nobody learns why.',
  sources: ['views/signed.ts'],
  entries: [
    {
      route: '/signed/file/*path',
      text: 'The guard stands around a view like any other.',
      region: 'signed-file',
      links: ticketLinks,
    },
    {
      route: '/signed/for-user/*path',
      text: 'A link that was passed on is worth nothing: it is for its user alone, who has to be signed in.',
      region: 'signed-user',
      links: userLinks,
    },
    {
      route: 'links',
      text: 'Made when the page is shown. The secret is made when the demo first starts; yours comes from your configuration.',
      region: 'links',
      links: [],
    },
  ],
}

function ticketLinks({ site }: Visit): Link[] {
  const { good, shown } = signedLinks(site)
  return [
    { href: good, label: 'ticket.pdf', note: 'for an hour' },
    { href: shown, label: 'ticket.pdf', note: 'signed to be shown' },
    { href: expiredLink(site), label: 'ticket.pdf', note: 'expired', status: 403 },
    { href: alteredLink(good), label: 'ticket.pdf', note: 'altered', status: 403 },
    { href: '/signed/file/ticket.pdf', label: 'ticket.pdf', note: 'not signed', status: 403 },
  ]
}

function userLinks({ site, viewer }: Visit): Link[] {
  const { alice } = signedLinks(site)
  return [
    viewer === 'alice'
      ? { href: alice, label: 'ticket.pdf', note: 'for you, Alice' }
      : { href: alice, label: 'ticket.pdf', note: 'for Alice, and you are not', status: 403 },
  ]
}
