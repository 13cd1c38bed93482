<?php

declare(strict_types=1);

// The rest of Laravel's configuration stands at its defaults, set through .env.
return [
    'guards' => [
        'web' => ['driver' => 'visitor'],
    ],
];
