// Shows how far an upload is. Without this script, the form works all the same.
for (const form of document.querySelectorAll('form[data-upload]')) form.addEventListener('submit', upload)

function upload(event) {
  event.preventDefault()
  const form = event.currentTarget
  const [bar, told] = [form.querySelector('progress'), form.querySelector('[role=status]')]
  const request = new XMLHttpRequest()
  const cancel = form.querySelector('[data-cancel]')
  const isBusy = (busy) => {
    form.querySelector('.progress').hidden = false
    cancel.hidden = !busy
    bar.hidden = !busy
    form.querySelector('button.primary').disabled = busy
  }
  const stop = (text) => {
    told.textContent = text
    isBusy(false)
  }

  request.upload.addEventListener('progress', ({ loaded, total }) => {
    bar.value = total > 0 ? (100 * loaded) / total : 0
    told.textContent = loaded < total ? `${Math.floor(bar.value)} % uploaded` : 'Uploaded. It is being stored…'
  })
  request.addEventListener('load', () => {
    // The form is answered by a redirect, which was followed: to the page of the document.
    if (request.status < 400) window.location.assign(request.responseURL)
    else stop(messageOf(request))
  })
  request.addEventListener('error', () => stop('The connection broke off. Nothing was kept.'))
  request.addEventListener('abort', () => stop('Cancelled. Nothing was kept.'))
  cancel.addEventListener('click', () => request.abort(), { once: true })

  request.open('POST', form.action)
  isBusy(true)
  told.textContent = '0 % uploaded'
  request.send(new FormData(form))
}

/** What the page of an error says. */
function messageOf({ responseText, status }) {
  const page = new DOMParser().parseFromString(responseText, 'text/html')
  return page.querySelector('main p')?.textContent ?? `The upload was refused: ${status}.`
}
