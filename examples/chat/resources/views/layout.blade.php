<!DOCTYPE html>
<html lang="en">
<head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="csrf-token" content="{{ csrf_token() }}">
    <title>@yield('title', 'Chat') · Reverb Native</title>
    <link rel="icon" href="data:,">
    @vite(['resources/css/app.css'])
    @stack('scripts')
</head>
<body>
    <main class="card">
        @yield('content')
    </main>
</body>
</html>
