<div {{ $attributes->except(["expand", "cols", "rows"]) }}>{{ $slot }}</div>
