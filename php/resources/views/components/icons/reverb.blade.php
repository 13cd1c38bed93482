<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#9ca3af" stroke-width="1.5" stroke-linecap="round" aria-hidden="true">
    <circle cx="12" cy="12" r="1.75" fill="#9ca3af" />
    <path d="M8.1 15.9a5.5 5.5 0 0 1 0-7.8m7.8 0a5.5 5.5 0 0 1 0 7.8" />
    <path d="M4.6 19.4a10.5 10.5 0 0 1 0-14.8m14.8 0a10.5 10.5 0 0 1 0 14.8" opacity=".5" />
</svg>
