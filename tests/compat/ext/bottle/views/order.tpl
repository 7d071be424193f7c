Order {{number}}
