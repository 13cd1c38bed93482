<?php

declare(strict_types=1);

return [
    'guards' => [
        'web' => ['driver' => 'visitor'],
    ],
];
