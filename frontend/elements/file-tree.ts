/**
 * Move through a tree of files by keyboard, find a file while typing, and keep open what was open.
 *
 *     <file-tree class="card filestree" name="run-12">
 *       <header><div class="search">…<input class="input small" type="search" aria-label="Find a file"></div></header>
 *       <nav class="tree" aria-label="Files"><ul>
 *         <li><details open><summary>…<span class="name cut">eval</span></summary><ul>
 *           <li><a href="…" aria-current="page">…<span class="name cut">confusion.png</span></a></li></ul></details></li>
 *       </ul></nav></file-tree>
 *
 * Attributes: `name`, under which open folders are remembered while the tab lives. Keys: arrows, Home, End, Enter.
 * Without script the folders open and the links work.
 */
import { define } from "../lit";

export class FileTree extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("keydown", this);
    this.addEventListener("input", this);
    this.addEventListener("toggle", this, true);
    this.restore();
  }

  handleEvent(event: Event): void {
    if (event.type === "keydown") this.typed(event as KeyboardEvent);
    else if (event.type === "input") this.find((event.target as HTMLInputElement).value);
    else this.remember();
  }

  /** Show only files whose path has all words typed, with the folders that lead to them. */
  find(words: string): void {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    for (const file of this.querySelectorAll<HTMLElement>(".tree a")) {
      const path = this.path(file).toLowerCase();
      (file.closest("li") as HTMLElement).hidden = !wanted.every((word) => path.includes(word));
    }
    for (const folder of [...this.querySelectorAll<HTMLDetailsElement>("details")].reverse()) {
      const left = folder.querySelector("li:not([hidden]) > a");
      (folder.closest("li") as HTMLElement).hidden = wanted.length > 0 && !left;
      if (wanted.length && left) folder.open = true;
    }
  }

  private typed(event: KeyboardEvent): void {
    const here = event.target as HTMLElement;
    if (!here.matches(".tree a, .tree summary")) return;
    const all = this.visible();
    const at = all.indexOf(here);
    const folder = here.matches("summary") ? (here.parentElement as HTMLDetailsElement) : null;
    let next: HTMLElement | null | undefined;
    if (event.key === "ArrowDown") next = all[at + 1];
    else if (event.key === "ArrowUp") next = all[at - 1];
    else if (event.key === "Home") next = all[0];
    else if (event.key === "End") next = all.at(-1);
    else if (event.key === "ArrowRight" && folder) {
      if (folder.open) next = all[at + 1];
      else folder.open = true;
    } else if (event.key === "ArrowLeft") {
      if (folder?.open) folder.open = false;
      else next = here.closest("li")?.parentElement?.closest("li")?.querySelector("summary");
    } else return;
    event.preventDefault();
    next?.focus();
  }

  private visible(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(".tree a, .tree summary")].filter((item) => {
      if (item.closest("li[hidden]")) return false;
      for (
        let folder = item.closest("li")?.parentElement?.closest("details");
        folder;
        folder = folder.parentElement?.closest("details")
      ) {
        if (!folder.open) return false;
      }
      return true;
    });
  }

  private path(item: HTMLElement): string {
    const names: string[] = [];
    for (let at = item.closest("li"); at; at = at.parentElement?.closest("li") ?? null) {
      names.unshift(at.querySelector(".name")?.textContent ?? "");
    }
    return names.join("/");
  }

  private get stored(): string {
    return `carnet.tree.${this.getAttribute("name") ?? location.pathname}`;
  }

  private remember(): void {
    const closed = [...this.querySelectorAll<HTMLDetailsElement>("details:not([open])")].map((folder) =>
      this.path(folder),
    );
    sessionStorage.setItem(this.stored, JSON.stringify(closed));
  }

  private restore(): void {
    const text = sessionStorage.getItem(this.stored);
    if (!text) return;
    const closed = new Set(JSON.parse(text) as string[]);
    for (const folder of this.querySelectorAll<HTMLDetailsElement>("details")) {
      folder.open = !closed.has(this.path(folder)) || Boolean(folder.querySelector("[aria-current]"));
    }
  }
}

define("file-tree", FileTree);
