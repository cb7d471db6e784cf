import { formatPrice, type Product } from './products.ts';

/** The text with everything that means something in HTML made harmless. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

/** A page of the shop; `body` is HTML already. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body>
<header><h1><a href="/">The tea and coffee shop</a></h1></header>
<form action="/search"><input name="q" placeholder="What are you looking for?"><button>Search</button></form>
${body}
</body>
</html>
`;
}

/** Products as a list with a button each. */
export function productList(products: readonly Product[]): string {
  const items = products.map(
    ({ id, name, priceCents }) =>
      `<li>${escapeHtml(name)}, ${formatPrice(priceCents)} <form action="/cart" method="post"><button name="product" value="${id}">Add to cart</button></form></li>`,
  );
  return `<ul>\n${items.join('\n')}\n</ul>`;
}

/** The results of a search; `shownWords` is HTML: escaped by a sound release, as it came by one that is not. */
export function searchPage(shownWords: string, found: readonly Product[]): string {
  const results = found.length > 0 ? productList(found) : '<p>Nothing found.</p>';
  return page('Search', `<h2>Results for ${shownWords}</h2>\n${results}`);
}
