<header title="{{ $title }}"><h2>{{ $icon }}{{ $name }}</h2><p>{{ $details }}</p>{{ $actions }}</header>
