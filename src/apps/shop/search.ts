import { PRODUCTS, type Product } from './products.ts';
import { selectProducts } from './sql.ts';

/** Published products whose name contains the words; the sound way, with the words as a parameter of the statement. */
export function searchProducts(words: string): Product[] {
  return PRODUCTS.filter(({ isPublished, name }) => isPublished && name.toLowerCase().includes(words.toLowerCase()));
}

/** The same for whoever searches honestly, but the words become part of the statement. Throws SqlError when that breaks it. */
export function searchProductsUnsafely(words: string): Product[] {
  return selectProducts(PRODUCTS, `published AND name ~* '${words}'`);
}
