        .entry  $
